"""The demo: invented people with some history, and the mails it has sent. Installed in demo settings (and tests) only."""
