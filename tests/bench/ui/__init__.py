"""The studio in a real browser, measured against its budgets: `python -m tests.bench.ui`."""
