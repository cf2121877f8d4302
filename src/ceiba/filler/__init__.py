"""The forms in a browser, also offline."""
