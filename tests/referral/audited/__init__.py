"""Whatever can be asked of the service leaves a trace, or is named here with the reason."""
