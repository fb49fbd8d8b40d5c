//! Pulling and checking models, against a hub on this machine.
