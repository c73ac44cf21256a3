package io.tagma.server.conformance;

import java.util.List;

/**
 * What came of a run. Immutable.
 *
 * @param passed         number of cases whose subject is in its segment exactly when expected
 * @param failed         the others, each as a sentence
 * @param notExpressible those whose rule our grammar cannot say, each with the reason
 */
public record ConformanceReport(int passed, List<String> failed, List<String> notExpressible) {
    /** Copies the lists. */
    public ConformanceReport {
        failed = List.copyOf(failed);
        notExpressible = List.copyOf(notExpressible);
    }
}
