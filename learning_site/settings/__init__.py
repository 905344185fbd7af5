"""Settings by situation: base, demo (make demo), test (pytest), production."""
