"""A package's own origin: what answers there, under which policy, and nothing of the site's."""
