package template

import (
	"errors"
	"slices"

	"lullaby/watch"
	"lullaby/watch/request"
)

const typeCompositeAlarm = "AWS::CloudWatch::CompositeAlarm"

func compositeAlarm() *resourceType {
	return &resourceType{
		properties: actionProperties.and(properties{
			honoured: "AlarmRule",
			later:    "ActionsSuppressor ActionsSuppressorExtensionPeriod ActionsSuppressorWaitPeriod",
		}),
		ref:        named("AlarmName", maxAlarmName),
		attributes: attributes{"Arn": arnOf("cloudwatch", "alarm:")},
		link:       (*loader).linkCompositeAlarm,
	}
}

// linkCompositeAlarm reads an alarm on others. Whether its rule holds together is
// known when all alarms are.
func (l *loader) linkCompositeAlarm(r *resource) error {
	in := l.reader(r.id+": ", r.line, r.properties)
	l.checkProperties(r.id, in.n, r.def.properties)
	put := &request.PutCompositeAlarmInput{
		AlarmName: l.nameOf(r, in), AlarmDescription: in.text("AlarmDescription", ""), ActionsInput: l.actions(r.id, in),
		AlarmRule: in.text("AlarmRule", ""), Tags: in.alarmTags(),
	}
	a := &Alarm{Source: in.source(r.line, alarmFields), LogicalID: r.id, Name: put.AlarmName, Composite: put}
	l.addAlarm(in, a, put.Check())
	return *in.err
}

// orderAlarms puts each composite alarm behind those that it names. It refuses those
// that CloudWatch would, and leaves out those on alarms outside the template.
func (l *loader) orderAlarms() {
	all := &watch.Alarms{ARN: func(name string) string { return l.stack.scope.ARN("cloudwatch", "alarm:"+name) }}
	var ordered, waiting []*Alarm
	within := map[string]bool{}
	for _, a := range l.t.Alarms {
		within[a.Name], within[all.ARN(a.Name)] = true, true
		if a.Composite != nil {
			waiting = append(waiting, a)
		} else if all.Put(0, a.Metric.Alarm()) == nil {
			ordered = append(ordered, a)
		}
	}
	waiting = fixpoint(waiting, func(a *Alarm) bool {
		_, err := all.PutComposite(0, a.Composite.Alarm())
		if err == nil {
			ordered = append(ordered, a)
		}
		return err == nil
	})
	waiting = fixpoint(waiting, func(a *Alarm) bool {
		_, err := all.PutComposite(0, a.Composite.Alarm())
		absent, ok := errors.AsType[*watch.NoChildError](err)
		outside := ok && slices.ContainsFunc(absent.Names, func(name string) bool { return !within[name] })
		if outside {
			l.omit(a.Pos("AlarmRule").Line, a.LogicalID, "alarms on alarms outside the template")
			delete(within, a.Name)
			delete(within, all.ARN(a.Name))
		}
		return outside
	})
	for _, a := range waiting {
		_, err := all.PutComposite(0, a.Composite.Alarm())
		l.add(l.errorf(a.Pos("AlarmRule").Line, "%s: %v", a.LogicalID, err))
	}
	l.t.Alarms = ordered
}

// fixpoint removes the alarms that are done, again and again until none is, and returns
// the others.
func fixpoint(all []*Alarm, done func(*Alarm) bool) []*Alarm {
	for before := -1; len(all) != before; {
		before = len(all)
		all = slices.DeleteFunc(slices.Clone(all), done)
	}
	return all
}
