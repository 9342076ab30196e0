package reply

// A RefusalError is a fault of the caller. The caller gets its message unchanged;
// it is not logged.
type RefusalError struct {
	Status  int // 4xx
	Message string
}

func (r *RefusalError) Error() string { return r.Message }
