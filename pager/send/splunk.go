package send

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"time"

	"lullaby/pager"
)

// splunkPath is before the key (docs/aws/paging.md#splunk-on-call).
const splunkPath = "integrations/generic/20131114/alert"

// longState is how many characters Splunk On-Call keeps of a state_message.
const longState = 20_480

// A splunkAlert is what Splunk On-Call takes, by its names.
type splunkAlert struct {
	MessageType       string `json:"message_type"`
	EntityID          string `json:"entity_id"`
	EntityDisplayName string `json:"entity_display_name"`
	StateMessage      string `json:"state_message"`
	StateStartTime    int64  `json:"state_start_time"`
	Timestamp         int64  `json:"timestamp"`
	MonitoringTool    string `json:"monitoring_tool"`
}

// splunk returns the format of Splunk On-Call. key is KEY/ROUTING_KEY, or the URL that
// Splunk shows, which ends so.
func splunk(base *url.URL, key string) (format, error) {
	if _, rest, ok := strings.Cut(key, "/"+splunkPath+"/"); ok {
		key = rest
	}
	secret, routing, ok := strings.Cut(key, "/")
	if !ok || secret == "" || routing == "" || strings.ContainsAny(routing, "/$?#") {
		return format{}, errors.New("splunk: want a key such as KEY/ROUTING_KEY: Splunk shows a URL that ends with /KEY/$routing_key")
	}
	return format{
		url:  base.JoinPath(splunkPath, url.PathEscape(secret), url.PathEscape(routing)),
		body: func(p *pager.Page) any { return splunkAlertOf(p) },
		took: func(_ int, body []byte) (bool, string) {
			var answer struct{ Result, Message string }
			if err := json.Unmarshal(body, &answer); err != nil {
				return false, "and no answer of Splunk On-Call's: " + string(body)
			}
			return answer.Result == "success", strings.TrimSpace(answer.Result + " " + answer.Message)
		},
	}, nil
}

func splunkAlertOf(p *pager.Page) splunkAlert {
	kind := "CRITICAL"
	if p.Kind == pager.Recovery {
		kind = "RECOVERY"
	}
	return splunkAlert{
		kind, p.Key, p.Summary(), cut(text(p), longState), p.Since.Time().Unix(), p.At.Time().Unix(), tool,
	}
}

// tool is what receivers show as the source of pages.
const tool = "Lullaby"

// text returns all that a page says, in UTC.
func text(p *pager.Page) string { return strings.Join(p.Lines(time.UTC, 0), "\n") }
