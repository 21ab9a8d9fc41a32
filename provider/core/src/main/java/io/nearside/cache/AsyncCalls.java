package io.nearside.cache;

import io.nearside.NearsideAsyncCache;
import io.nearside.observe.Recorder;
import io.nearside.observe.Thrown;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one cache's asynchronous view: bounded in number, each in time if it is wanted so,
 * ended when the cache closes. Thread-safe.
 */
final class AsyncCalls {
  private final String cache;
  private final AsyncNode node;
  private final Recorder recorder;
  private final Set<Call<?>> underWay = ConcurrentHashMap.newKeySet();
  private final AtomicInteger count = new AtomicInteger();
  private volatile boolean closed;

  AsyncCalls(String cache, AsyncNode node, Recorder recorder) {
    this.cache = cache;
    this.node = node;
    this.recorder = recorder;
  }

  /**
   * The future of one call. It counts until it is done and nothing of it waits for a thread, so
   * that those who give up at once do not fill the queues.
   */
  final class Call<T extends @Nullable Object> extends CompletableFuture<T> {
    private final AtomicInteger steps = new AtomicInteger(1);

    private Call() {}

    /** Has it done by a thread that may wait, unless nobody waits for it any more. */
    void run(Supplier<? extends T> operation) {
      step(
          node.tasks(),
          () -> {
            if (!isDone()) {
              answer(operation);
            }
          });
    }

    /** Completes it as the operation ends. */
    void answer(Supplier<? extends T> operation) {
      try {
        complete(operation.get());
      } catch (Throwable e) {
        completeExceptionally(e);
      }
    }

    /** What it throws is what this fails with. */
    void attempt(Runnable step) {
      try {
        step.run();
      } catch (Throwable e) {
        completeExceptionally(e);
      }
    }

    /**
     * Goes on when something is there.
     *
     * @param asked done by a thread that may go on, or already
     * @param next must not wait
     */
    <A> void follow(Supplier<CompletableFuture<A>> asked, Consumer<? super A> next) {
      attempt(() -> {
        Later later = new Later();
        CompletableFuture<A> answer = asked.get();
        begun();
        answer.whenComplete((value, failure) -> {
          if (failure != null) {
            completeExceptionally(Thrown.first(failure));
          } else {
            attempt(later.of(() -> next.accept(value)));
          }
          ended();
        });
      });
    }

    /**
     * Goes on by an executor when something is there or is not, whoever waits for it still.
     *
     * @param next is given what there is, or the failure; throws nothing
     * @param refused is done instead if the manager is closed; likewise
     */
    <A> void follow(
        Supplier<CompletableFuture<A>> asked,
        Executor executor,
        BiConsumer<? super A, @Nullable Throwable> next,
        Runnable refused) {
      Later later = new Later();
      asked
          .get()
          .whenComplete((value, failure) ->
              step(executor, later.of(() -> next.accept(value, failure)), refused));
    }

    /** What is done in another thread, but belongs to what this one does now. */
    private final class Later {
      private final AtomicReference<@Nullable Runnable> step = new AtomicReference<>();
      private final Runnable carried =
          recorder.carried(() -> Objects.requireNonNull(step.get(), "nothing is there").run());

      /** Once. */
      Runnable of(Runnable step) {
        this.step.set(step);
        return carried;
      }
    }

    /** Has a step done that does not wait, not by this thread. */
    void reply(Runnable step) {
      step(node.replies(), step);
    }

    /** Has a step done, whoever waits for it. */
    void step(Executor executor, Runnable step) {
      step(executor, step, () -> {});
    }

    /**
     * @param refused is done instead if the manager is closed
     */
    void step(Executor executor, Runnable step, Runnable refused) {
      begun();
      try {
        executor.execute(
            recorder.carried(() -> {
              attempt(step);
              ended();
            }));
      } catch (RejectedExecutionException e) {
        refuse(closedMeanwhile(), refused);
      } catch (Error e) { // such as one that there can be no more threads
        refuse(e, refused);
      }
    }

    private void refuse(Throwable why, Runnable refused) {
      completeExceptionally(why);
      refused.run();
      ended();
    }

    /** Also of a call that nobody waits for any more, and that counts again then. */
    private void begun() {
      if (steps.getAndIncrement() == 0) {
        count.incrementAndGet();
      }
    }

    private void ended() {
      if (steps.decrementAndGet() == 0) {
        count.decrementAndGet();
      }
    }

    private void expireIn(Duration timeout) {
      CompletableFuture<Void> timer = new CompletableFuture<>();
      timer.orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS);
      timer.whenComplete((nothing, late) -> {
        if (late != null) { // the timer's thread is the JVM's only one
          reply(() -> completeExceptionally(late(timeout)));
        }
      });
      whenComplete((value, failure) -> timer.complete(null));
    }
  }

  /**
   * A new one; done already if there are too many.
   *
   * @param timeout null for none
   */
  <T extends @Nullable Object> Call<T> begin(@Nullable Duration timeout) {
    Call<T> call = new Call<>();
    if (count.incrementAndGet() > NearsideAsyncCache.MOST_CALLS) {
      call.completeExceptionally(tooMany());
      call.ended();
      return call;
    }
    underWay.add(call);
    call.whenComplete((value, failure) -> {
      underWay.remove(call);
      call.ended();
    });
    if (closed) {
      call.completeExceptionally(closedMeanwhile());
    } else if (timeout != null) {
      call.expireIn(timeout);
    }
    return call;
  }

  /** Ends those that are under way. */
  void close() {
    closed = true;
    underWay.forEach(call -> call.completeExceptionally(closedMeanwhile()));
  }

  private CacheException tooMany() {
    return new CacheException(
        "cache \""
            + cache
            + "\": "
            + NearsideAsyncCache.MOST_CALLS
            + " calls of its asynchronous view are under way already, and there may be no more; wait"
            + " for some before you begin others, or see what slows Redis, loaders or writers down");
  }

  private IllegalStateException closedMeanwhile() {
    return new IllegalStateException(
        "cache \""
            + cache
            + "\" was closed while a call of its asynchronous view was under way; whether it was"
            + " done is not known");
  }

  private TimeoutException late(Duration timeout) {
    return new TimeoutException(
        "cache \""
            + cache
            + "\": a call of its asynchronous view was not done within its time-out of "
            + timeout
            + "; what had begun goes on without it");
  }
}
