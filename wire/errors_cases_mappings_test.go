package wire

import "strings"

const (
	mappingsPath = "/2015-03-31/event-source-mappings"
	mapped       = `{"EventSourceArn":"arn:aws:sqs:us-east-1:123456789012:q","FunctionName":"f"}`
)

// mapsAs returns a request to map a queue, in a world with the queue.
func mapsAs(body string) faultCase {
	return func(w *faultWorld) faultAnswer {
		w.queue("CreateQueue", plain)
		return w.send("POST "+mappingsPath+"/", "", body)
	}
}

// changing returns a request for a mapping that is Creating. Its UUID is chance.
func changing(method, path, body string) faultCase {
	return func(w *faultWorld) faultAnswer {
		uuid := read(mapsAs(mapped)(w).text, "UUID")
		a := w.send(method+" "+mappingsPath+strings.ReplaceAll(path, "UUID", uuid), "", body)
		a.text = strings.ReplaceAll(a.text, uuid, "UUID")
		return a
	}
}

var mappingCases = map[string]faultCase{
	"lambda/recursion":                   invokes("loop", ""),
	"lambda/mapping, no function":        mapsAs(strings.Replace(mapped, `"f"`, `"none"`, 1)),
	"lambda/mapping, times":              mapsAs(strings.Replace(mapped, `"f"`, `"slow"`, 1)),
	"lambda/mapping, constraint":         mapsAs(strings.Replace(mapped, `{`, `{"BatchSize":0,`, 1)),
	"lambda/mapping, twice":              changing("POST", "", mapped),
	"lambda/mapping, unknown":            sends("GET "+mappingsPath+"/8a1b", "", ""),
	"lambda/mapping, in use":             changing("DELETE", "/UUID", ""),
	"lambda/mapping, update in use":      changing("PUT", "/UUID", `{"BatchSize":5}`),
	"lambda/mapping, wrong type":         mapsAs(`{"BatchSize":"many"}`),
	"lambda/mapping, wrong page":         sends("GET "+mappingsPath+"?MaxItems=many", "", ""),
	"lambda/mapping, what Lullaby lacks": mapsAs(strings.Replace(mapped, `{`, `{"MetricsConfig":{"Metrics":["EventCount"]},`, 1)),
}
