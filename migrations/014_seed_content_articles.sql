-- Eight topics and the articles that the feed starts with.
--
-- What editors have changed since is theirs: a second run adds what is missing and leaves the rest as it is.

INSERT INTO public.content_topics (slug, title, description, ordinal)
VALUES
    ('first-meetings', 'First meetings', 'From the first message to the second date.', 1),
    ('listening', 'Listening', 'How to hear what somebody says, and what they do not.', 2),
    ('conflict', 'Conflict and repair', 'Quarrels that bring two people closer, and those that do not.', 3),
    ('money', 'Money', 'Earning, spending and sharing without shame.', 4),
    ('family', 'Family', 'Parents, children, and the families that we choose.', 5),
    ('long-distance', 'Long distance', 'Love between two railway stations.', 6),
    ('starting-over', 'Starting over', 'After a separation, a loss, or a long time alone.', 7),
    ('self-knowledge', 'Self-knowledge', 'What you bring to the table before anybody sits down.', 8)
ON CONFLICT (slug) DO NOTHING;

INSERT INTO public.content_articles (topic_id, slug, title, summary, body, status, published_at)
SELECT
    topic.id,
    seed.slug,
    seed.title,
    seed.summary,
    btrim(seed.body, E'\n'),
    'published',
    seed.published_at::timestamptz
FROM (
    VALUES
        ('first-meetings', 'the-first-five-minutes', 'The first five minutes',
         'Nobody is at their best when they arrive. Three small things make arriving easier.',
         '2026-01-05 09:00+00', $md$
The beginning of a first meeting is rarely its best part. Two people look for the right table, the right tone and
the right place for their coats. It helps to know that this passes, and that it passes sooner with something to do.

**Walk first.** Side by side it is easier to talk than face to face, and a silence is only a crossing.

**Begin with today.** What was good about the last few hours is a better question than what somebody does for a
living: everybody has an answer, and no answer is better than another.

**Say that you are nervous.** It is true, it is short, and the other person is relieved to be allowed to say it too.
$md$),
        ('first-meetings', 'ending-an-evening', 'Ending an evening well',
         'A clear goodbye is kinder than a vague promise, whichever way the evening went.',
         '2026-01-06 09:00+00', $md$
The last sentence of an evening is the one that is remembered. Yet it is often the least honest: people promise to
write who will not, and keep silent who would like to.

If you would like to meet again, say so before you part, and name a day. If you would not, say thank you for
something that you did enjoy, and leave out the rest. Neither needs an explanation.

And if you do not know yet? Say that. "I would like to sleep on it" is a complete sentence, as long as an answer
follows within two days.
$md$),
        ('listening', 'questions-that-open', 'Questions that open',
         'Some questions can only be answered with yes, no, or a sigh. Here is how to ask the others.',
         '2026-01-07 09:00+00', $md$
A good question costs the person who answers it nothing, and gives them room. "Do you like your work?" asks for a
verdict. "What did you do on Tuesday?" asks for a story, and the verdict comes along with it.

Three habits help. Ask about one occasion, not about always. Ask how before you ask why, for why sounds like a
trial. And when the answer is over, count to three: the second half is often the better one.

What you should not prepare is the next question. It follows from the answer, if you were there to hear it.
$md$),
        ('listening', 'what-silence-says', 'What silence says',
         'A pause can be rest, thought, hurt or boredom. It is worth finding out which.',
         '2026-01-08 09:00+00', $md$
People differ in how long a silence may last before it turns awkward; for some it is two seconds, for others a
mountain railway. Neither is wrong, but two people who do not know this of each other will both feel at fault.

Watch the hands and the breath rather than the clock. A person who thinks looks away and comes back. A person who is
hurt grows still. A person who is bored looks at the door.

When in doubt, ask once, and without blame: "Are you thinking, or shall we talk of something else?"
$md$),
        ('conflict', 'the-anatomy-of-a-quarrel', 'The anatomy of a quarrel',
         'Most arguments are about something else. A map of the four layers under the dishes.',
         '2026-01-09 09:00+00', $md$
The dishes are never about the dishes. Beneath the **matter** (who washes up) lies the **rule** (who decides that),
beneath the rule the **feeling** (nobody sees what I do), and beneath the feeling a **fear** (perhaps I do not
matter here).

Couples who get on do not quarrel less about dishes. They go down the stairs sooner. One of the two says what the
lower layer is, usually clumsily, and the other does not win the point.

You can practise that when nothing is the matter: tell each other which sentence always makes you angry, and what it
says to you one layer below.
$md$),
        ('conflict', 'how-to-apologise', 'How to apologise',
         'Five parts of an apology, and the little word that undoes them all.',
         '2026-01-10 09:00+00', $md$
An apology that works says what happened, without decoration; what it did to the other person; that one is sorry;
what one will do differently; and then it stops.

What undoes it is the word *but*. "I am sorry that I was late, but the traffic" is a complaint about the traffic.

The other person does not have to accept it at once. You have said something true and made a promise; the promise is
kept later, on some ordinary Thursday, when nobody applauds.
$md$),
        ('money', 'a-talk-about-money', 'A first talk about money',
         'Seven questions for a couple that wants to know, and a rule that keeps it friendly.',
         '2026-01-12 09:00+00', $md$
Few people would rather talk about their bank account than about their childhood, though the one explains the other.
So begin there: what was said about money at your parents' table? Who decided? What could one not ask for?

Then come nearer. What would you never save on? What do you regret? How much may one spend without asking the other?
What do you owe? What would you do with a year's pay that fell from the sky?

One rule: this is a talk, not a negotiation. Nothing is agreed upon today. You will both say more.
$md$),
        ('family', 'meeting-the-children', 'When there are children',
         'The order in which people are introduced matters more than the day.',
         '2026-01-14 09:00+00', $md$
Children do not need to like whoever sits at the breakfast table. They need to know three things: that nobody is
being replaced, that they were told before others were, and that they may say no to a walk.

So tell first and introduce later. Meet outside, for an hour, with something to do that would have been fun anyway.
Let the children end it.

And take your time with the name of the thing. "A friend of mine" is true for longer than one thinks, and much
easier to carry to school.
$md$),
        ('long-distance', 'two-stations', 'Two railway stations',
         'Couples who live apart need fewer messages and better ones.',
         '2026-01-15 09:00+00', $md$
Whoever loves over a distance soon knows the timetable by heart, and after a while the silences as well. What wears
couples out is seldom the distance; it is the duty to report.

Agree on less. One call in which both have time is worth more than thirty greetings between two meetings. Send what
you would have shown each other: a door, a sentence, the cat.

And keep one evening of each visit free of plans. Everyday life is what you miss, so leave it some room.
$md$),
        ('starting-over', 'ready-again', 'Ready again?',
         'There is no right time after a separation, but there are good signs.',
         '2026-01-17 09:00+00', $md$
Friends know to the month how long one has to wait. Friends are mistaken. Some are ready before the furniture is
divided, others after years.

Good signs are of another kind. You can tell the story of the last relationship in which you are not only right. You
have been bored on a Sunday, and it was bearable. You would like to get to know somebody, and not just to be known.

It is allowed to start before all of this is true. It is fair to say so.
$md$),
        ('starting-over', 'rusty-not-broken', 'Rusty, not broken',
         'After many years in one relationship the first date is a foreign country. A short phrase book.',
         '2026-01-19 09:00+00', $md$
"I have forgotten how this works." Nobody has known for certain, ever. What has changed are the doors by which
people come in; inside, it is the same room.

Accept that you compare. It is not disloyal, and it fades. Do not tell the whole story on the first evening: an
outline is honest enough. And go home when you are tired, not when it is polite.

Above all, arrange to be met afterwards by somebody who loves you anyway and has put the kettle on.
$md$),
        ('self-knowledge', 'preferences-and-needs', 'Preferences and needs',
         'Tall, likes jazz, no cats: which of your wishes would you defend on a bad day?',
         '2026-01-21 09:00+00', $md$
Write down ten things that you wish for in a partner. Then imagine a winter with flu, a broken boiler and a sick
parent, and cross out whatever does not matter in it. What remains are needs. The others are preferences: pleasant,
and open to surprise.

Most lists shrink to three or four lines. They are seldom the ones at the top.

That is also how our dealbreakers are meant. Call *absolute* only what you would leave for. We take you at your
word: it keeps people out whom you will then never meet.
$md$)
) AS seed (topic_slug, slug, title, summary, published_at, body)
JOIN public.content_topics AS topic ON topic.slug = seed.topic_slug
ON CONFLICT (slug) DO NOTHING;
