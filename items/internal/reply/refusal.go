package reply

// A Refusal is an error of the caller's: it is told as it stands, and not
// logged.
type Refusal struct {
	Status  int // 4xx
	Message string
}

func (r *Refusal) Error() string { return r.Message }
