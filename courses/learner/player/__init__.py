"""What the player's pages are made of, apart from the views: addresses, lessons, the assessment, what was sent."""
