package rest_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"lullaby/gateway/rest"
)

// logTo returns a log of that level that writes to out, without what differs
// between runs.
func logTo(out *bytes.Buffer, level slog.Level) *slog.Logger {
	varying := map[string]bool{"time": true, "request_id": true, "latency": true}
	return slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{
		Level: level,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if varying[a.Key] {
				return slog.Attr{}
			}
			return a
		},
	}))
}

// logOf returns the log of n requests to a function with this result.
func logOf(t *testing.T, level slog.Level, result string, n int) string {
	t.Helper()
	var out bytes.Buffer
	g := serving(t, newAPI("POST /item"), returning(result), rest.Options{Log: logTo(&out, level)})
	for range n {
		serve(g, httptest.NewRequest(http.MethodPost, "/item", nil))
	}
	return out.String()
}

func TestLog(t *testing.T) {
	const malformed = `level=WARN msg="malformed lambda proxy response" function=items error="unknown member \"id\""` + "\n"
	const line = "level=DEBUG msg=request method=POST path=/item status="
	tests := []struct {
		name   string
		level  slog.Level
		result string
		want   string
	}{
		{"answers at info", slog.LevelInfo, `{"statusCode":200}`, ""},
		{"answers at debug", slog.LevelDebug, `{"statusCode":200}`, strings.Repeat(line+"200\n", 2)},
		{"malformed results at info, once", slog.LevelInfo, `{"id":7}`, malformed},
		{
			"malformed results at debug", slog.LevelDebug, `{"id":7}`,
			malformed + strings.Repeat(line+`502 refusal=API_CONFIGURATION_ERROR error="unknown member \"id\""`+"\n", 2),
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := logOf(t, tt.level, tt.result, 2); got != tt.want {
				t.Errorf("log of two requests:\n%swant:\n%s", got, tt.want)
			}
		})
	}
}
