package send

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"lullaby/pager"
)

// endless is how long an alert is on unless its recovery comes. Without an end
// Alertmanager ends it after five minutes (docs/aws/paging.md#alertmanager).
const endless = 365 * 24 * time.Hour

// slow is by how much Alertmanager's clock may be behind ours. An end that is still to
// come by its clock would leave the alert on until the end that the trigger had.
const slow = time.Minute

// An alert is what Alertmanager takes, by its names.
type alert struct {
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	StartsAt    string            `json:"startsAt"`
	EndsAt      string            `json:"endsAt"`
}

func alertmanager(base *url.URL, key string) format {
	return format{
		url: base.JoinPath("api/v2/alerts"), bearer: key,
		body: func(p *pager.Page) any { return []alert{alertOf(p)} },
		took: func(status int, body []byte) (bool, string) {
			ok := status == http.StatusOK && strings.TrimSpace(string(body)) == ""
			if !ok {
				return false, "and no answer of Alertmanager's: " + string(body)
			}
			return true, "OK"
		},
	}
}

// alertOf returns the alert of a page. Its labels are its identity: they are the same in
// a trigger and in its recovery.
func alertOf(p *pager.Page) alert {
	a := alert{
		Labels:      map[string]string{"alertname": p.Alarm, "stack": p.Stack, "region": p.Region, "severity": "critical", "source": tool},
		Annotations: map[string]string{"summary": p.Summary(), "description": text(p)},
		StartsAt:    p.Since.Time().Format(time.RFC3339Nano),
	}
	ends := p.At.Add(endless)
	if p.Kind == pager.Recovery {
		ends = max(p.Since, p.At.Add(-slow))
	}
	a.EndsAt = ends.Time().Format(time.RFC3339Nano)
	return a
}
