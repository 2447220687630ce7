"""From files and pages to pieces of text: parsers, cleaning, cutting. Pure Python: no Django, no network."""
