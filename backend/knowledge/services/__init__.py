"""Every write to knowledge, one module per thing: datasets, documents, segments, metadata, tags, measures."""
