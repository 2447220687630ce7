"""Knowledge for the studio."""
