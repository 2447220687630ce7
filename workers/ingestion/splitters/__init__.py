"""Cutting documents into pieces."""
