package lambda

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"
)

// A LogLevel is that of a line in a log in JSON, as AWS writes it. Empty: INFO.
type LogLevel string

// levels are all of them, the least first.
var levels = [...]LogLevel{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"}

const (
	debugLevel LogLevel = "DEBUG"
	infoLevel  LogLevel = "INFO"
	warnLevel  LogLevel = "WARN"
)

// order is the level's place in levels, that of INFO for one that AWS does not have.
func (l LogLevel) order() int {
	info := 0
	for i, known := range levels {
		if strings.EqualFold(string(l), string(known)) {
			return i
		}
		if known == infoLevel {
			info = i
		}
	}
	return info
}

// A Logging is a function's LoggingConfig: how its log looks and what is left out. The
// zero value is text, of which nothing is left out (docs/aws/lambda.md#log-formats).
type Logging struct {
	JSON        bool
	System      LogLevel // the least of Lambda's own lines, with JSON
	Application LogLevel // the least of the function's lines, with JSON
}

// Keeps reports whether a line that the function has written is logged. In JSON a line
// has the level of its member level, INFO if it has none.
func (l Logging) Keeps(line string) bool {
	if !l.JSON || l.Application.order() == 0 {
		return true
	}
	var said struct{ Level any }
	level := infoLevel
	if strings.HasPrefix(line, "{") && json.Unmarshal([]byte(line), &said) == nil {
		if text, ok := said.Level.(string); ok {
			level = LogLevel(text)
		}
	}
	return level.order() >= l.Application.order()
}

// Start returns the lines at the beginning of an invocation at now. init is the time
// that a cold start took, else 0.
func (l Logging) Start(now time.Time, requestID string, init time.Duration) []string {
	if !l.JSON {
		return []string{StartLine(requestID)}
	}
	var lines []string
	if init > 0 {
		lines = l.add(lines, debugLevel, now, "initReport", initRecord(InitReport{Init: init, Phase: "init"}))
	}
	return l.add(lines, infoLevel, now, "start", struct {
		RequestID string `json:"requestId"`
		Version   string `json:"version"`
	}{requestID, ExecutedVersion})
}

// End returns the lines at the end of an invocation at now. fault says what ended it, in
// the words of a Failure; empty: the function itself has, or has said it.
func (l Logging) End(now time.Time, r Report, fault string) []string {
	if !l.JSON {
		lines := []string{EndLine(r.RequestID), r.String()}
		if fault != "" {
			lines = append(lines, fault)
		}
		return lines
	}
	done := record{RequestID: r.RequestID, Status: statusName(r.Status), ErrorType: r.ErrorType, Metrics: metrics{Duration: inMillis(r.Duration)}}
	report := done
	report.Metrics.Billed = r.Billed().Milliseconds()
	report.Metrics.MemorySize, report.Metrics.MaxMemoryUsed = r.MemorySize, r.MaxMemoryUsed
	report.Metrics.Init = inMillis(r.Init)
	ofDone, ofReport := debugLevel, infoLevel
	if r.Status != "" {
		ofDone, ofReport = warnLevel, warnLevel
	}
	lines := l.add(nil, ofDone, now, "runtimeDone", done)
	if lines = l.add(lines, ofReport, now, "report", report); fault != "" {
		lines = l.add(lines, warnLevel, now, "fault", fault)
	}
	return lines
}

// InitFailed returns the lines of an init that has failed at now.
func (l Logging) InitFailed(now time.Time, r InitReport) []string {
	if !l.JSON {
		return []string{r.String()}
	}
	return l.add(nil, warnLevel, now, "initReport", initRecord(r))
}

// Exited returns the line of a process that has ended between invocations. The status is
// the text of Go's os.ProcessState.
func (l Logging) Exited(now time.Time, status string) []string {
	text := "Runtime exited between invocations: " + status
	if !l.JSON {
		return []string{text}
	}
	return l.add(nil, warnLevel, now, "fault", text)
}

// A record is that of most events, whose empty members are left out.
type record struct {
	RequestID string  `json:"requestId,omitempty"`
	InitType  string  `json:"initializationType,omitempty"`
	Phase     string  `json:"phase,omitempty"`
	Status    string  `json:"status"`
	ErrorType string  `json:"errorType,omitempty"`
	Metrics   metrics `json:"metrics"`
}

// metrics are in milliseconds and in MB.
type metrics struct {
	Duration      float64 `json:"durationMs"`
	Billed        int64   `json:"billedDurationMs,omitempty"`
	MemorySize    int     `json:"memorySizeMB,omitempty"`
	MaxMemoryUsed int     `json:"maxMemoryUsedMB,omitempty"`
	Init          float64 `json:"initDurationMs,omitempty"`
}

func initRecord(r InitReport) record {
	return record{
		InitType: "on-demand", Phase: r.Phase, Status: statusName(r.Status), ErrorType: r.ErrorType,
		Metrics: metrics{Duration: inMillis(r.Init)},
	}
}

func statusName(status string) string {
	if status == "" {
		return "success"
	}
	return status
}

// inMillis is a duration in milliseconds, with three decimals.
func inMillis(d time.Duration) float64 { return math.Round(float64(d)/1e3) / 1e3 }

// add appends a platform event in JSON, unless its level is too low.
func (l Logging) add(lines []string, level LogLevel, now time.Time, kind string, of any) []string {
	if level.order() < l.System.order() {
		return lines
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(struct {
		Time   string `json:"time"`
		Type   string `json:"type"`
		Record any    `json:"record"`
	}{now.UTC().Format("2006-01-02T15:04:05.000Z"), "platform." + kind, of})
	if err != nil {
		panic(fmt.Sprintf("lambda: an event as JSON: %v", err))
	}
	return append(lines, strings.TrimSuffix(b.String(), "\n"))
}
