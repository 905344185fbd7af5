"""allauth's forms in our look and words, and the forms of joining: one file a subject."""
