"""The knowledge part of the published API: `/v1/datasets/…`, with keys of kind `dataset`."""
