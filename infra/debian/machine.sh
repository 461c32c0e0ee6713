#!/bin/bash
# Begun by a try.sh in namespaces of its own: makes a tree this machine's root, under a layer in memory, and becomes its
# systemd. Nothing of it is left when it ends.
#   BASE=tree BRING=dir [TARGET=unit] [CONTROLLERS="memory …"] machine.sh
# CONTROLLERS: where the kernel keeps control groups in one hierarchy each, as older systems do.
set -euo pipefail

mount --make-rprivate /
mount -t tmpfs tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay overlay -o "lowerdir=$BASE,upperdir=/mnt/upper,workdir=/mnt/work" /mnt/root
cp -a "$BRING"/. /mnt/root/
cd /mnt/root
mount -t proc proc proc
mount --rbind /sys sys
mount --make-rslave sys
umount -R sys/fs/cgroup 2>/dev/null || umount -l sys/fs/cgroup
if [[ -z ${CONTROLLERS:-} ]]; then
    mount -t cgroup2 cgroup2 sys/fs/cgroup
else
    mount -t tmpfs -o mode=755 tmpfs sys/fs/cgroup
    for controller in $CONTROLLERS; do
        mkdir "sys/fs/cgroup/$controller"
        mount -t cgroup -o "${controller/#systemd/name=systemd}" cgroup "sys/fs/cgroup/$controller"
    done
fi
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs tmpfs tmp
mount --rbind /dev dev
mount --make-rslave dev
# What belongs to hardware, which a namespace has not.
for unit in systemd-udevd.service systemd-udevd-kernel.socket systemd-udevd-control.socket systemd-udev-trigger.service \
    systemd-sysctl.service systemd-modules-load.service systemd-random-seed.service systemd-hwdb-update.service \
    getty.target systemd-logind.service dev-hugepages.mount dev-mqueue.mount systemd-tmpfiles-setup-dev.service \
    sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount sys-fs-fuse-connections.mount \
    systemd-remount-fs.service proc-sys-fs-binfmt_misc.automount swap.target systemd-binfmt.service; do
    ln -sf /dev/null "etc/systemd/system/$unit"
done
: >etc/fstab
echo atum-try >etc/hostname
hostname atum-try
ip link set lo up
export container=atum-try
mkdir -p oldroot
pivot_root . oldroot
umount -l /oldroot
mount --make-rshared /
exec /lib/systemd/systemd --system --unit="${TARGET:-multi-user.target}" --log-target=journal --show-status=no </dev/null >/dev/null 2>&1
