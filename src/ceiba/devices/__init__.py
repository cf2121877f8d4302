"""Devices: phones and browsers that may send and fetch, each with its own key."""
