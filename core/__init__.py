"""The kernel of Tandem: it knows no addon."""
