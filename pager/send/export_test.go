package send

import "time"

// Hurry shortens how long the receiver has to answer.
func (r *Receiver) Hurry(d time.Duration) { r.client.Timeout = d }
