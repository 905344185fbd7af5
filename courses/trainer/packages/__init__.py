"""Interactive packages in the CMS: uploading, reading the report, keeping, trying, looking after."""
