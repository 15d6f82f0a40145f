"""The WSGI application: an immutable app value for each set of enabled addons, swapped when the set changes."""
