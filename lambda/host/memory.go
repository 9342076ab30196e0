package host

// Sandboxes are assumed to take 48 MB each: an aws-lambda-go function with one
// SDK client has 20 to 35 MB resident when idle (measured on linux/amd64, Go
// 1.26), and what it works on comes on top.
const sandboxMemory = 48 << 20

const (
	minSandboxes     = 4
	maxSandboxes     = 1_000 // the account's own limit
	unknownSandboxes = 32    // Assumed: where the system does not say what is free
)

// DefaultMaxSandboxes returns how many sandboxes fit into half of the memory
// that this machine has to spare now: 4 at least, 1,000 at most.
func DefaultMaxSandboxes() int {
	available, ok := availableMemory()
	if !ok {
		return unknownSandboxes
	}
	return int(min(max(available/2/sandboxMemory, minSandboxes), maxSandboxes))
}
