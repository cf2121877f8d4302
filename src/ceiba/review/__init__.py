"""Looking at what arrived: flags, reviews, second visits."""
