"""The studio's part of the console API."""
