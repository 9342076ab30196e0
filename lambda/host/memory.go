package host

// sandboxMemory is what a sandbox is assumed to take: an aws-lambda-go function
// with one SDK client has 20 to 35 MB resident when idle (measured on
// linux/amd64, Go 1.26), and its work needs more.
const sandboxMemory = 48 << 20

const (
	minSandboxes     = 4
	maxSandboxes     = 1_000 // the account's default limit
	unknownSandboxes = 32    // Assumed: used if the available memory is unknown
)

// DefaultMaxSandboxes returns how many sandboxes fit into half of the memory
// that is available now: at least 4, at most 1,000.
func DefaultMaxSandboxes() int {
	available, ok := availableMemory()
	if !ok {
		return unknownSandboxes
	}
	return int(min(max(available/2/sandboxMemory, minSandboxes), maxSandboxes))
}
