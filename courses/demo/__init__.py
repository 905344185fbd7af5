"""The demo: invented people with some history, and the mails it has sent. Not installed in production."""
