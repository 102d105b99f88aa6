package config

// Count is count for tests from outside.
var Count = count
