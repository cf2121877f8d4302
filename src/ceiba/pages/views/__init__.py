"""Views: thin; what they show is put together by selectors and the modules beside this package."""
