package reply

// RetryAfter is what a caller is asked to wait.
var RetryAfter = retryAfter
