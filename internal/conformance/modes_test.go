package conformance

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// What a client gets when a table has nothing left for a minute, by the mode of
// the template: through the gateway, Lambda's time limits, the function's process
// and AWS's SDK.
func TestRetryModes(t *testing.T) {
	takesLong(t)
	t.Parallel()
	for _, tt := range []struct {
		mode, attempts string
		status         int
	}{
		{"sdk", "0", http.StatusServiceUnavailable},
		{"legacy", "9", http.StatusServiceUnavailable},
		{"legacy", "11", http.StatusGatewayTimeout}, // 51.15 s against API Gateway's 29 s
		{"aware", "0", http.StatusServiceUnavailable},
		{"aware", "1000", http.StatusServiceUnavailable},
	} {
		t.Run(tt.mode+" "+tt.attempts, func(t *testing.T) {
			t.Parallel()
			url := start(t, "--parameter", "RetryMode="+tt.mode, "--parameter", "MaxAttempts="+tt.attempts,
				"--parameter", "WriteCapacityUnits=1", itemsDir).HTTP + "/item"
			// 300 units are saved up, and an item of 400 may overdraw them: the table is
			// in debt for 100 s then.
			large := `{"_id":"large","text":"` + strings.Repeat("x", 409_600-len("_idlargetext")) + `"}`
			if status, answer := call(t, http.MethodPost, url, large); status != http.StatusCreated {
				t.Fatalf("the first item: %d %s", status, answer)
			}
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(`{"_id":"a"}`))
			if err != nil {
				t.Fatal(err)
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if resp.StatusCode != tt.status {
				t.Errorf("status %d, want %d", resp.StatusCode, tt.status)
			}
			after, err := strconv.Atoi(resp.Header.Get("Retry-After"))
			if resp.StatusCode == http.StatusServiceUnavailable && (err != nil || after < 1) {
				t.Errorf("Retry-After is %q, want whole seconds, at least 1", resp.Header.Get("Retry-After"))
			}
		})
	}
}
