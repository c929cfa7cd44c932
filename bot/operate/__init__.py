"""Running it: settings shown, logs, health, the manifest."""
