package watch

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// ParseStatistic reads a statistic as requests write it: one of AWS's five names,
// p90, a trimmed or winsorized one such as tm99 or TM(10%:90%), PR(:300), or IQM
// (docs/aws/cloudwatch.md#statistics).
func ParseStatistic(text string) (Statistic, error) {
	switch text {
	case "SampleCount":
		return SampleCount, nil
	case "Sum":
		return Sum, nil
	case "Average":
		return Average, nil
	case "Minimum":
		return Minimum, nil
	case "Maximum":
		return Maximum, nil
	case "IQM":
		return Statistic{kind: trimmedMean, low: 25, high: 75}, nil
	}
	if s, ok := parseRanged(text); ok {
		return s, nil
	}
	if s, ok := parsePercentile(text); ok {
		return s, nil
	}
	return Statistic{}, fmt.Errorf("%q is not a statistic", text)
}

var (
	shortKinds  = map[string]statisticKind{"p": percentile, "tm": trimmedMean, "tc": trimmedCount, "ts": trimmedSum, "wm": winsorizedMean}
	rangedKinds = map[string]statisticKind{"TM": trimmedMean, "TC": trimmedCount, "TS": trimmedSum, "WM": winsorizedMean, "PR": percentileRank}
)

// parsePercentile reads p99 and tm99.
func parsePercentile(text string) (s Statistic, ok bool) {
	name := strings.TrimRight(text, "0123456789.")
	kind, known := shortKinds[name]
	percent, err := strconv.ParseFloat(text[len(name):], 64)
	if !known || err != nil || percent < 0 || percent > 100 {
		return s, false
	}
	if kind == percentile {
		return Statistic{kind: kind, low: percent}, true
	}
	return Statistic{kind: kind, high: percent}, true
}

// parseRanged reads TM(10%:90%) and TM(150:1000), of which one side may be empty.
func parseRanged(text string) (s Statistic, ok bool) {
	name, bounds, found := strings.Cut(strings.TrimSuffix(text, ")"), "(")
	kind, known := rangedKinds[name]
	if !known || !found || !strings.HasSuffix(text, ")") {
		return s, false
	}
	low, high, both := strings.Cut(bounds, ":")
	percent := strings.Contains(bounds, "%")
	s = Statistic{kind: kind, low: 0, high: 100}
	if !percent {
		s.low, s.high, s.byValue = math.Inf(-1), math.Inf(1), true
	}
	if !both || low == "" && high == "" || kind == percentileRank && percent {
		return s, false
	}
	ok = parseBound(low, percent, &s.low) && parseBound(high, percent, &s.high) && s.low < s.high
	return s, ok
}

func parseBound(text string, percent bool, bound *float64) (ok bool) {
	if text == "" {
		return true
	}
	digits, marked := strings.CutSuffix(text, "%")
	value, err := strconv.ParseFloat(digits, 64)
	*bound = value
	return err == nil && marked == percent && !math.IsInf(value, 0) && !math.IsNaN(value) && (!percent || value >= 0 && value <= 100)
}
