package send

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"lullaby/pager"
)

// longSummary is how many characters PagerDuty takes (docs/aws/paging.md#pagerduty).
const longSummary = 1_024

// A pagerDutyEvent is an event of the Events API v2, by its names.
type pagerDutyEvent struct {
	RoutingKey  string           `json:"routing_key"`
	EventAction string           `json:"event_action"`
	DedupKey    string           `json:"dedup_key"`
	Payload     pagerDutyPayload `json:"payload"`
	Client      string           `json:"client"`
}

type pagerDutyPayload struct {
	Summary       string   `json:"summary"`
	Source        string   `json:"source"`
	Severity      string   `json:"severity"`
	Timestamp     string   `json:"timestamp"`
	Component     string   `json:"component"`
	Group         string   `json:"group"`
	Class         string   `json:"class"`
	CustomDetails Document `json:"custom_details"`
}

func pagerDuty(base *url.URL, key string) format {
	return format{
		url:  base.JoinPath("v2/enqueue"),
		body: func(p *pager.Page) any { return pagerDutyEventOf(p, key) },
		took: func(status int, body []byte) (bool, string) {
			var answer struct{ Status, Message string }
			if err := json.Unmarshal(body, &answer); err != nil {
				return false, "and no answer of PagerDuty's: " + string(body)
			}
			return status == http.StatusAccepted && answer.Status == "success", strings.TrimSpace(answer.Status + " " + answer.Message)
		},
	}
}

func pagerDutyEventOf(p *pager.Page, key string) pagerDutyEvent {
	action := "trigger"
	if p.Kind == pager.Recovery {
		action = "resolve"
	}
	return pagerDutyEvent{
		RoutingKey: key, EventAction: action, DedupKey: p.Key, Client: tool,
		Payload: pagerDutyPayload{
			Summary: cut(p.Summary(), longSummary), Source: p.Stack + " (" + p.Region + ")", Severity: "critical", Timestamp: p.At.Time().Format(time.RFC3339Nano),
			Component: p.Alarm, Group: p.Stack, Class: "CloudWatch alarm", CustomDetails: DocumentOf(p),
		},
	}
}
