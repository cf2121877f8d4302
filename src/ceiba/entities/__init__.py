"""What a phone carries of people, plots and groups, and the updates it sends back."""
