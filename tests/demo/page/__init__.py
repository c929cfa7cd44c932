"""The demo's page in a real browser, with the bot and all stand-ins behind it."""
