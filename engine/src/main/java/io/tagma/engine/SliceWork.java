package io.tagma.engine;

/**
 * Work units of one slice. Part of the code's version, as every node must cut its jobs alike; tests take less, to look
 * into jobs that are half done.
 *
 * @param flips  of overdue flips
 * @param sweeps of sweeps
 * @param builds of builds
 */
record SliceWork(int flips, int sweeps, int builds) {
    /** What a server does. */
    static final SliceWork USUAL = new SliceWork(Limits.FLIP_WORK_MAX, Limits.SWEEP_WORK_MAX, Limits.BUILD_WORK_MAX);
}
