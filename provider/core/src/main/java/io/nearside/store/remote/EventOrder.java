package io.nearside.store.remote;

import io.nearside.store.remote.RemoteCounters.Oddity;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Brings the events of other nodes and what this node does itself into one order: that in which
 * Redis has published them, which for each key is the order of its changes. This node's own events
 * come back from Redis too. One that does marks the place of a change that its own thread tells:
 * that thread waits until all before it are told, and those behind wait for that thread.
 *
 * <p>It waits for so long only as a call of Redis may take. If its event does not come back, it
 * tells out of turn, nobody waits any more until an own event has come back, and events of other
 * nodes that turn out to be older than what was told of their key are dropped. A change whose
 * outcome its thread never learnt is told as another node's would be, if its event comes.
 *
 * <p>Thread-safe. Its locks are held around nothing; what is received is queued without waiting.
 */
final class EventOrder {
  static final int MAXIMUM_QUEUED = 10_000;
  static final long MAXIMUM_QUEUED_BYTES = 64 << 20;

  private static final int MAXIMUM_OUT_OF_TURN = 100;
  private static final int MAXIMUM_UNANSWERED = 100;

  private final long origin;
  private final Executor executor;
  private final long patienceNanos;
  private final RemoteCounters counters;
  private final Stripe[] stripes = new Stripe[KeyOrder.STRIPES];
  private final Queue<Stripe> ready = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean working = new AtomicBoolean();
  private final AtomicInteger queued = new AtomicInteger();
  private final AtomicLong queuedBytes = new AtomicLong();
  private volatile @Nullable Teller teller;

  /** Whether events are received, so that there is an order to keep. */
  private volatile boolean subscribed;

  /** Whether own events come back. */
  private volatile boolean echoing;

  /** Who tells what other nodes have done; on a thread of the executor, one event at a time. */
  interface Teller {
    void tell(RemoteEvent event);

    /** Called when some have been told. */
    void told();
  }

  /**
   * @param origin this node
   * @param executor runs what tells; never in the caller's thread
   * @param patienceNanos how long a change waits for its own event
   */
  EventOrder(long origin, Executor executor, long patienceNanos, RemoteCounters counters) {
    this.origin = origin;
    this.executor = executor;
    this.patienceNanos = patienceNanos;
    this.counters = counters;
    for (int i = 0; i < stripes.length; i++) {
      stripes[i] = new Stripe();
    }
  }

  /** From now on events may come. */
  void begin(Teller to) {
    teller = to;
    subscribed = true;
  }

  /** From now on all events come, own ones too. */
  void hear() {
    echoing = subscribed;
  }

  /** No more events are wanted; those that wait are forgotten. */
  void end() {
    subscribed = false;
    echoing = false;
    teller = null;
    for (Stripe stripe : stripes) {
      stripe.forget();
    }
  }

  /** Takes what has been received, in its order; never waits. */
  void add(RemoteEvent event) {
    if (!subscribed) {
      return;
    }
    boolean own = event.origin() == origin;
    boolean tooMuch =
        queued.get() >= MAXIMUM_QUEUED || queuedBytes.get() + event.size() > MAXIMUM_QUEUED_BYTES;
    if (own) {
      echoing = true;
    } else if (tooMuch) {
      counters.count(Oddity.UNHEARD, event.mark().name(), "too many wait");
      return;
    }
    Stripe stripe = stripes[KeyOrder.stripe(event.mark().name())];
    if (stripe.add(own && tooMuch ? event.withoutEntries() : event)) {
      work(stripe);
    }
  }

  /**
   * An own change of a key, between {@link #enter} and {@link #leave}, may have been made or not.
   *
   * @param nonce of the entry that it stores; 0 if it removes
   */
  void unanswered(String name, long nonce) {
    stripes[KeyOrder.stripe(name)].unanswered(new Unanswered(name, nonce));
  }

  /** A change of a key of the stripe begins, which will be told in turn; others may not begin. */
  void enter(int stripe) {
    stripes[stripe].enter();
  }

  /** It is over, told or not. */
  void leave(int stripe) {
    if (stripes[stripe].leave()) {
      work(stripes[stripe]);
    }
  }

  /**
   * Tells a change between {@link #enter} and {@link #leave}.
   *
   * @param mark of its first event
   * @param version of the change, or of the entry that it ended
   */
  void inTurn(Mark mark, long version, Runnable telling) {
    Stripe stripe = stripes[KeyOrder.stripe(mark.name())];
    if (subscribed && !stripe.await(mark)) {
      stripe.noteOutOfTurn(mark, version);
    }
    try {
      telling.run();
    } finally {
      if (stripe.goOn(mark)) {
        work(stripe);
      }
    }
  }

  private void work(Stripe stripe) {
    ready.add(stripe);
    startWork();
  }

  private void startWork() {
    if (working.compareAndSet(false, true)) {
      try {
        executor.execute(this::work);
      } catch (RejectedExecutionException e) {
        working.set(false); // it closes
      }
    }
  }

  private void work() {
    try {
      for (Stripe stripe = ready.poll(); stripe != null; stripe = ready.poll()) {
        tell(stripe);
      }
    } finally {
      working.set(false);
    }
    if (!ready.isEmpty()) {
      startWork();
    }
  }

  private void tell(Stripe stripe) {
    for (RemoteEvent event = stripe.next(); event != null; event = stripe.next()) {
      Teller to = teller;
      try {
        if (to != null) {
          to.tell(event);
        }
      } catch (RuntimeException e) {
        counters.count(Oddity.UNHEARD, event.mark().name(), String.valueOf(e.getMessage()));
      } finally {
        stripe.told();
        if (to != null) {
          to.told();
        }
      }
    }
  }

  /** A change that was told before its event came back. */
  private record OutOfTurn(Mark mark, long version) {}

  /** A change of which nobody knows whether it was made. */
  private record Unanswered(String name, long nonce) {}

  /** The events of some keys, in the order of their coming. */
  private final class Stripe {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<RemoteEvent> queue = new ArrayDeque<>();

    /** Own events that came while a change was under way, and that were not its turn. */
    private final Set<Mark> passed = new HashSet<>();

    private final Map<String, OutOfTurn> outOfTurn =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, OutOfTurn> eldest) {
            return size() > MAXIMUM_OUT_OF_TURN;
          }
        };

    private final Set<Unanswered> unanswered = new LinkedHashSet<>();

    /** The first event, if it is an own one that nobody else will tell. */
    private @Nullable RemoteEvent adopted;

    private int changes;
    private @Nullable Mark awaited;
    private boolean itsTurn;
    private boolean telling;

    boolean add(RemoteEvent event) {
      lock.lock();
      try {
        queue.add(event);
        queued.incrementAndGet();
        queuedBytes.addAndGet(event.size());
        return advance();
      } finally {
        lock.unlock();
      }
    }

    /** Under the lock. */
    private RemoteEvent take() {
      RemoteEvent event = queue.remove();
      queued.decrementAndGet();
      queuedBytes.addAndGet(-event.size());
      return event;
    }

    void unanswered(Unanswered change) {
      lock.lock();
      try {
        if (unanswered.size() >= MAXIMUM_UNANSWERED) {
          unanswered.remove(unanswered.iterator().next());
        }
        unanswered.add(change);
      } finally {
        lock.unlock();
      }
    }

    void enter() {
      lock.lock();
      try {
        changes++;
      } finally {
        lock.unlock();
      }
    }

    boolean leave() {
      lock.lock();
      try {
        changes--;
        if (changes == 0) {
          passed.clear();
        }
        return advance();
      } finally {
        lock.unlock();
      }
    }

    /** False if it is not known whose turn it is. */
    boolean await(Mark mark) {
      boolean work;
      lock.lock();
      try {
        if (passed.contains(mark)) {
          return true;
        }
        if (!echoing) {
          return false;
        }
        awaited = mark;
        work = advance();
      } finally {
        lock.unlock();
      }
      if (work) {
        work(this);
      }
      return awaitTurn();
    }

    private boolean awaitTurn() {
      lock.lock();
      try {
        long left = patienceNanos;
        while (!itsTurn && subscribed && left > 0) {
          left = changed.awaitNanos(left);
        }
        if (!itsTurn) {
          echoing = false;
          awaited = null;
        }
        return itsTurn;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        awaited = null;
        return itsTurn;
      } finally {
        lock.unlock();
      }
    }

    void noteOutOfTurn(Mark mark, long version) {
      lock.lock();
      try {
        outOfTurn.remove(mark.name());
        outOfTurn.put(mark.name(), new OutOfTurn(mark, version));
      } finally {
        lock.unlock();
      }
    }

    /** The own change has been told. */
    boolean goOn(Mark mark) {
      lock.lock();
      try {
        if (itsTurn) {
          take();
          itsTurn = false;
          unanswered.removeIf(earlier -> earlier.name.equals(mark.name())); // it was not made
        }
        awaited = null;
        return advance();
      } finally {
        lock.unlock();
      }
    }

    /** Takes what is to be told next; null if nothing is, or not now. */
    @Nullable RemoteEvent next() {
      lock.lock();
      try {
        while (advance()) {
          RemoteEvent event = take();
          adopted = null;
          if (!isOvertaken(event)) {
            telling = true;
            return event;
          }
        }
        return null;
      } finally {
        lock.unlock();
      }
    }

    private boolean isOvertaken(RemoteEvent event) {
      OutOfTurn told = outOfTurn.get(event.mark().name());
      if (told == null) {
        return false;
      }
      if (event.isAfter(told.version)) {
        outOfTurn.remove(event.mark().name());
        return false;
      }
      counters.count(Oddity.UNHEARD, event.mark().name(), "a later one had been told");
      return true;
    }

    void told() {
      lock.lock();
      try {
        telling = false;
        advance();
      } finally {
        lock.unlock();
      }
    }

    void forget() {
      lock.lock();
      try {
        while (!queue.isEmpty()) {
          take();
        }
        outOfTurn.clear();
        unanswered.clear();
        adopted = null;
        itsTurn = false;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    /** Whether the first event is nobody's here, and is to be told now. Under the lock. */
    private boolean advance() {
      while (!telling && !itsTurn && !queue.isEmpty()) {
        RemoteEvent first = queue.element();
        if (first.origin() != origin || first == adopted) {
          return true;
        }
        if (!pass(first)) {
          return first == adopted;
        }
        take();
      }
      return false;
    }

    /** Whether an own event is over and done with. */
    private boolean pass(RemoteEvent event) {
      Mark mark = event.mark();
      OutOfTurn told = outOfTurn.get(mark.name());
      if (told != null && told.mark.equals(mark)) {
        outOfTurn.remove(mark.name());
      } else if (changes > 0 && awaited == null) {
        return false; // its change may be under way
      } else if (mark.equals(awaited)) {
        itsTurn = true;
        changed.signalAll();
        return false;
      } else if (isUnanswered(event)) {
        adopted = event;
        return false;
      } else if (changes > 0) {
        passed.add(mark);
      }
      return true;
    }

    /** What it found expired it has said before. */
    private boolean isUnanswered(RemoteEvent event) {
      String name = event.mark().name();
      return (event.mark().kind() == Mark.Kind.EXPIRED)
          ? unanswered.stream().anyMatch(change -> change.name.equals(name))
          : unanswered.remove(new Unanswered(name, event.nonce()));
    }
  }
}
