"""From an uploaded file to a package version: read as a stranger's zip file, judged, reported on, and stored."""
