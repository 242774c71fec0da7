// Replaced by the spawn call.
