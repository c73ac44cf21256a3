package io.tagma.engine.oracle;

import io.tagma.engine.model.Cause;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import java.util.List;

/**
 * A story with known answers: what happens, when, and who is in which segment then. Times never go backwards. The same
 * list runs against the oracle and against the engine.
 */
public record Scenario(String name, List<Step> steps) {
    /** Copies the list. */
    public Scenario {
        steps = List.copyOf(steps);
    }

    /** One thing that happens or is expected. */
    public sealed interface Step {
        /** A command at a time, and whether it is accepted. */
        record Apply(long at, Command command, boolean isAccepted) implements Step {
        }

        /** A segment's definition as JSON at a time, and whether it is accepted. */
        record Define(long at, String segment, String json, boolean isAccepted) implements Step {
            /** The command that says the same. */
            public Command command() {
                return new Command.PutDefinition(DefinitionKind.SEGMENT, segment, -1, json);
            }
        }

        /** Time passes. */
        record Move(long to) implements Step {
        }

        /** Who is in, at the time reached; of an unknown subject: out. */
        record Expect(String subject, String segment, boolean isMember) implements Step {
        }

        /** Whether a look-up for a website (null: the home) shows the segment; also of an unknown key. */
        record Shows(String subject, String website, String segment, boolean isShown) implements Step {
        }

        /** The group that a look-up answers; also of an unknown key. */
        record InGroup(String subject, int group) implements Step {
        }

        /** The latest change of that subject and segment. */
        record Told(String subject, String segment, boolean isEnter, Cause cause) implements Step {
        }
    }

    /** What a scenario runs against. */
    public interface Target {
        /** Applies a command at that time; whether it was accepted. Builds and jobs are finished on return. */
        boolean apply(Command command, long at);

        /** Lets time pass; overdue flips have run on return. */
        void moveTo(long at);

        /** Membership now. */
        boolean isMember(String subject, String segment);

        /** Whether a look-up shows the segment now; a null website is the home. */
        default boolean isShown(String subject, String website, String segment) {
            throw new UnsupportedOperationException("look-ups of a website: website=" + website);
        }

        /** The group that a look-up answers now. */
        default int group(String subject) {
            throw new UnsupportedOperationException("groups: subject=" + subject);
        }

        /** Whether the latest change of that subject and segment is such. */
        default boolean isTold(String subject, String segment, boolean isEnter, Cause cause) {
            throw new UnsupportedOperationException("changes: subject=" + subject);
        }
    }

    /** Runs every step; throws an AssertionError that names the scenario and the step on the first difference. */
    public void run(final Target target) {
        for (int i = 0; i < steps.size(); i++) {
            final Step step = steps.get(i);
            final boolean expected;
            final boolean actual;
            if (step instanceof Step.Apply apply) {
                expected = apply.isAccepted();
                actual = target.apply(apply.command(), apply.at());
            } else if (step instanceof Step.Define define) {
                expected = define.isAccepted();
                actual = target.apply(define.command(), define.at());
            } else if (step instanceof Step.Expect expect) {
                expected = expect.isMember();
                actual = target.isMember(expect.subject(), expect.segment());
            } else if (step instanceof Step.Shows shows) {
                expected = shows.isShown();
                actual = target.isShown(shows.subject(), shows.website(), shows.segment());
            } else if (step instanceof Step.InGroup in) {
                expected = true;
                actual = target.group(in.subject()) == in.group();
            } else if (step instanceof Step.Told told) {
                expected = true;
                actual = target.isTold(told.subject(), told.segment(), told.isEnter(), told.cause());
            } else {
                target.moveTo(((Step.Move)step).to());
                continue;
            }
            if (expected != actual) {
                throw new AssertionError(name + ", step " + i + ": " + step + " was " + actual);
            }
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
