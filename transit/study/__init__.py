"""Many cases in one run: areas × parks × limits × scenarios, their measures and one index."""
