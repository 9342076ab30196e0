package watch

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"lullaby/instant"
)

// decimal writes a number as Java does, which AWS's texts show.
func decimal(v float64) string {
	size := math.Abs(v)
	if size != 0 && (size < 1e-3 || size >= 1e7) {
		text := strconv.FormatFloat(v, 'E', -1, 64)
		mantissa, exponent, _ := strings.Cut(text, "E")
		if !strings.Contains(mantissa, ".") {
			mantissa += ".0"
		}
		n, _ := strconv.Atoi(exponent)
		return mantissa + "E" + strconv.Itoa(n)
	}
	text := strconv.FormatFloat(v, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

// counted writes a number of things.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}

// reason says why an alarm has a state, in AWS's words
// (docs/aws/cloudwatch.md#reasons).
func (m *MetricAlarm) reason(from, to StateValue, deciding []datapoint, treat string) string {
	n := len(deciding)
	missing := m.EvaluationPeriods - n
	if to == StateInsufficientData {
		return "Insufficient Data: " + counted(missing, "datapoint") + wereUnknown(missing)
	}
	filled := ""
	if missing > 0 && (treat == treatBreaching || treat == treatNotBreaching) {
		filled = fmt.Sprintf("%s treated as [%s]", countedWas(missing, "missing datapoint"), strings.ToUpper(treat[:1])+treat[1:])
	}
	if n == 0 {
		return fmt.Sprintf("Threshold Crossed: no datapoints were received for %s and %s.", counted(missing, "period"), filled)
	}
	count, minimum := counted(n, "datapoint"), ""
	if m.DatapointsToAlarm > 0 {
		deciding = those(deciding, to == StateAlarm)
		count = fmt.Sprintf("%d out of the last %d datapoints", len(deciding), n)
		minimum = m.minimum(from, to)
	}
	values := make([]string, len(deciding))
	for i, d := range deciding {
		values[i] = decimal(d.value) + " (" + instant.Instant(d.at).Time().Format("02/01/06 15:04:05") + ")"
	}
	was, not := "was", ""
	if len(deciding) != 1 {
		was = "were"
	}
	if to == StateOK {
		not = "not "
	}
	text := fmt.Sprintf("Threshold Crossed: %s [%s] %s %s%s the threshold (%s)%s",
		count, strings.Join(values, ", "), was, not, comparisons[m.ComparisonOperator].words, decimal(m.Threshold), minimum)
	if filled != "" {
		text += " and " + filled
	}
	return text + "."
}

// those returns the datapoints that breach, or those that do not.
func those(deciding []datapoint, breach bool) []datapoint {
	var like []datapoint
	for _, d := range deciding {
		if d.breaches == breach {
			like = append(like, d)
		}
	}
	return like
}

// minimum returns what a reason says of an alarm that sets DatapointsToAlarm. A change
// from INSUFFICIENT_DATA is described as one from the other state.
func (m *MetricAlarm) minimum(from, to StateValue) string {
	least, other := m.DatapointsToAlarm, StateOK
	if to == StateOK {
		least, other = m.EvaluationPeriods-m.DatapointsToAlarm+1, StateAlarm
	}
	if from == StateInsufficientData {
		from = other
	}
	return fmt.Sprintf(" (minimum %s for %s -> %s transition)", counted(least, "datapoint"), from, to)
}

func wereUnknown(n int) string {
	if n == 1 {
		return " was unknown."
	}
	return " were unknown."
}

func countedWas(n int, thing string) string {
	if n == 1 {
		return counted(n, thing) + " was"
	}
	return counted(n, thing) + " were"
}

// stamp writes an instant as the data of a reason has it.
func stamp(at instant.Instant) string {
	return at.Time().Truncate(time.Millisecond).Format("2006-01-02T15:04:05.000-0700")
}

// reasonData returns the data of a reason as JSON, with its members in AWS's order.
func (m *MetricAlarm) reasonData(now instant.Instant, deciding []datapoint) string {
	var b strings.Builder
	b.WriteString(`{"version":"1.0","queryDate":"` + stamp(now) + `"`)
	if n := len(deciding); n > 0 {
		b.WriteString(`,"startDate":"` + stamp(instant.Instant(deciding[n-1].at)) + `"`)
	}
	if m.Unit != "" {
		b.WriteString(`,"unit":` + strconv.Quote(string(m.Unit)))
	}
	if of := m.Statistic + m.ExtendedStatistic; of != "" {
		b.WriteString(`,"statistic":` + strconv.Quote(of))
	}
	fmt.Fprintf(&b, `,"period":%d,"recentDatapoints":[`, m.Seconds())
	for i, d := range slices.Backward(deciding) {
		b.WriteString(decimal(d.value))
		if i > 0 {
			b.WriteByte(',')
		}
	}
	b.WriteString(`],"threshold":` + decimal(m.Threshold))
	if len(deciding) > 0 {
		b.WriteString(`,"evaluatedDatapoints":[`)
		for i, d := range deciding {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(`{"timestamp":"` + stamp(instant.Instant(d.at)) + `"`)
			if d.samples > 0 {
				b.WriteString(`,"sampleCount":` + decimal(d.samples))
			}
			b.WriteString(`,"value":` + decimal(d.value) + "}")
		}
		b.WriteByte(']')
	}
	b.WriteByte('}')
	return b.String()
}
