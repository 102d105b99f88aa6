package assign

import "holdfast/scheduler/model"

// Where many resources are colocated with many, the chains of addWishes are more
// than can be walked: twenty resources that are all to be together have a million.
// But what a resource and everything that follows it adds to a score does not
// depend on how the chain came there, only on the weight. That is remembered here
// as an echo, for as long as one question is being answered.

// An echo is the shift, by node, of all that a resource and its followers add,
// for a span of weights.
type echo struct {
	span
	shifts []shift
}

// echoKey is what echoes depend on beside the weight, within one question.
type echoKey struct {
	source   *model.Resource
	col      *model.Colocation
	upward   bool
	negative bool
	exact    float32 // the weight, unless it has faded
}

func keyOf(source *model.Resource, w wish) echoKey {
	key := echoKey{source: source, col: w.col, upward: w.upward, negative: w.factor < 0}
	if abs(w.factor) >= faded {
		key.exact = w.factor
	}
	return key
}

// echoes are those remembered for the question being answered.
type echoes struct {
	asker  *model.Resource // whose dependents are being asked one after the other, nil if none
	depth  int             // of the chain being walked
	visits int             // how many resources have been asked
	known  map[echoKey][]*echo
	count  int
	off    bool // there is a circle, or too many different weights

	shifts []shift // room for those of echoes
}

const (
	fewVisits  = 64      // up to here walking is cheaper
	manyShifts = 1 << 20 // from here on weights differ too much
)

// begin makes one question of what all dependents of a resource wish: only its own
// scores change from one to the next.
func (e *echoes) begin(asker *model.Resource) {
	clear(e.known)
	*e = echoes{asker: asker, known: e.known, shifts: e.shifts[:0]}
}

// end ends what begin began.
func (e *echoes) end() { e.begin(nil) }

// enter begins a call of addWishes; the first of a chain is a new question.
func (e *echoes) enter() {
	if e.depth == 0 && e.asker == nil {
		e.begin(nil)
	}
	e.depth++
	e.visits++
}

func (e *echoes) leave() { e.depth-- }

// addEcho does what addWishes would, if it is known, and reports whether it did.
// That takes a node which is left whatever is added: then nothing is taken back.
func (r *run) addEcho(source *model.Resource, table model.Placement, w wish) bool {
	e := &r.echoes
	if e.visits <= fewVisits || e.off || w.positive || !w.chained || r.c.WantCauses {
		return false
	}
	heard := r.echoOf(source, w)
	if e.off || !r.staysLeft(table, heard) {
		return false
	}
	for ix, place := range table.All() {
		place.Score = heard.shifts[ix].of(place.Score)
	}
	return true
}

// staysLeft tells whether some node stays available through all additions.
func (r *run) staysLeft(table model.Placement, heard *echo) bool {
	for ix, place := range table.All() {
		if place.Score >= heard.shifts[ix].need && Available(r.c.Nodes[ix]) {
			return true
		}
	}
	return false
}

// echoOf works out an echo; without meaning if there are circles.
func (r *run) echoOf(source *model.Resource, w wish) *echo {
	e := &r.echoes
	key := keyOf(source, w)
	for _, known := range e.known[key] {
		if known.has(w.factor) {
			return known
		}
	}
	if source.Is(model.UpdatingNodes) || source == e.asker || e.count*len(r.c.Nodes) >= manyShifts || source.Variant == model.Group && len(source.Children) == 0 {
		e.off = true
	}
	if e.off {
		return nil
	}
	source.Set(model.UpdatingNodes)
	defer source.Clear(model.UpdatingNodes)
	var heard *echo
	if source.Variant == model.Group {
		heard = r.echoOf(source.Children[0], w)
	} else {
		heard = r.echoOfOne(source, w)
	}
	if e.off {
		return nil
	}
	if e.known == nil {
		e.known = map[echoKey][]*echo{}
	}
	e.known[key] = append(e.known[key], heard)
	e.count++
	return heard
}

// someShifts is for how many room is made at once.
const someShifts = 256

// room returns a place for the shifts of an echo, which lasts as long as the question.
func (e *echoes) room(n int) []shift {
	if len(e.shifts)+n > cap(e.shifts) {
		e.shifts = make([]shift, 0, max(n, someShifts))
	}
	end := len(e.shifts) + n
	e.shifts = e.shifts[:end]
	return e.shifts[end-n : end : end]
}

// echoOfOne is echoOf for what is no group.
func (r *run) echoOfOne(source *model.Resource, w wish) *echo {
	heard := &echo{spanOf(w.factor), r.room(len(r.c.Nodes))}
	best := r.bestScores(source, w)
	for ix := range heard.shifts {
		s := unmoved
		if score := best.on(model.NodeIx(ix)); w.factor >= 0 || score >= 0 || r.avoidsMatter(w.col, score) {
			s = addition(weaken(score, w.factor))
		}
		heard.shifts[ix] = s.asked()
	}
	for next, follower := range r.chained(source, w) {
		if next.factor == 0 {
			heard.span = heard.passing(next.col.Score, nil)
			continue
		}
		more := r.echoOf(follower, next)
		if r.echoes.off {
			return nil
		}
		heard.span = heard.passing(next.col.Score, &more.span)
		for ix := range heard.shifts {
			heard.shifts[ix] = heard.shifts[ix].then(more.shifts[ix])
		}
	}
	return heard
}
