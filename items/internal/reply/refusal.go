package reply

// A RefusalError is an error of the caller's: it is told as it stands, and not
// logged.
type RefusalError struct {
	Status  int // 4xx
	Message string
}

func (r *RefusalError) Error() string { return r.Message }
