package io.nearside.store.remote;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.redisson.client.ChannelName;
import org.redisson.client.RedisPubSubListener;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.protocol.pubsub.PubSubType;
import org.redisson.pubsub.PublishSubscribeService;

/**
 * Hears a channel of Redis until it is closed. Redisson subscribes again by itself when the
 * connection breaks; what is published meanwhile is lost. Thread-safe, never waits.
 */
final class Subscription implements RedisPubSubListener<Object>, AutoCloseable {
  private final PublishSubscribeService service;
  private final ChannelName channel;
  private final Receiver receiver;
  private final CompletableFuture<?> done;
  private volatile boolean closed;

  /**
   * @param receiver must not wait
   */
  Subscription(PublishSubscribeService service, String channel, Receiver receiver) {
    this.service = service;
    this.channel = new ChannelName(channel);
    this.receiver = receiver;
    this.done = service.subscribe(ByteArrayCodec.INSTANCE, this.channel, this);
    done.whenComplete((subscribed, failure) -> settled(failure));
  }

  private void settled(@Nullable Throwable failure) {
    if (failure == null) {
      receiver.hears(); // of a channel that others have subscribed to already no status comes
    }
    removeIfClosed();
  }

  /** Hears what is published, in its order. */
  interface Receiver {
    /** What is published after this comes, until the connection breaks. */
    void hears();

    void receive(byte[] message);
  }

  /** Whether messages come. */
  boolean isUp() {
    return done.isDone() && !done.isCompletedExceptionally();
  }

  /** Why it is over; null while it is not. */
  @Nullable Throwable failure() {
    return done.isCompletedExceptionally() ? done.handle((nothing, e) -> e).join() : null;
  }

  @Override
  public void onMessage(CharSequence name, Object message) {
    // Redisson shares a connection among channels, and tells all of its listeners
    if (!closed && channel.toString().contentEquals(name) && message instanceof byte[] bytes) {
      receiver.receive(bytes);
    }
  }

  /** Also after the connection broke. */
  @Override
  public void onStatus(PubSubType type, CharSequence name) {
    if (!closed && type == PubSubType.SUBSCRIBE && channel.toString().contentEquals(name)) {
      receiver.hears();
    }
  }

  @Override
  public void close() {
    closed = true;
    if (done.isDone()) {
      removeIfClosed();
    }
  }

  private void removeIfClosed() {
    if (closed && isUp()) {
      // by its number, as Redisson gives it: it knows listeners only by what wraps them
      int number = System.identityHashCode(this);
      service.removeListenerAsync(PubSubType.UNSUBSCRIBE, List.of(channel), number);
    }
  }
}
