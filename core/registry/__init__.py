"""Addons: found, checked, put in order, composed, switched on and off."""
