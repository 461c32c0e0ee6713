use std::{io, sync::Arc};

use futures::stream::BoxStream;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMultipartOptions,
    PutOptions, PutPayload, PutResult, UploadPart, path::Path,
};

/// A store on a disk on which no byte more fits.
#[derive(Debug)]
pub struct Full(pub Arc<dyn ObjectStore>);

impl std::fmt::Display for Full {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "full {}", self.0)
    }
}

#[async_trait::async_trait]
impl ObjectStore for Full {
    async fn put_opts(&self, _: &Path, _: PutPayload, _: PutOptions) -> object_store::Result<PutResult> {
        Err(no_room())
    }
    async fn put_multipart_opts(
        &self,
        at: &Path,
        options: PutMultipartOptions,
    ) -> object_store::Result<Box<dyn MultipartUpload>> {
        Ok(Box::new(FullUpload(self.0.put_multipart_opts(at, options).await?)))
    }
    async fn get_opts(&self, at: &Path, options: GetOptions) -> object_store::Result<GetResult> {
        self.0.get_opts(at, options).await
    }
    fn delete_stream(
        &self,
        at: BoxStream<'static, object_store::Result<Path>>,
    ) -> BoxStream<'static, object_store::Result<Path>> {
        self.0.delete_stream(at)
    }
    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, object_store::Result<ObjectMeta>> {
        self.0.list(prefix)
    }
    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> object_store::Result<ListResult> {
        self.0.list_with_delimiter(prefix).await
    }
    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> object_store::Result<()> {
        self.0.copy_opts(from, to, options).await
    }
}

#[derive(Debug)]
struct FullUpload(Box<dyn MultipartUpload>);

#[async_trait::async_trait]
impl MultipartUpload for FullUpload {
    fn put_part(&mut self, _: PutPayload) -> UploadPart {
        Box::pin(std::future::ready(Err(no_room())))
    }
    async fn complete(&mut self) -> object_store::Result<PutResult> {
        self.0.complete().await
    }
    async fn abort(&mut self) -> object_store::Result<()> {
        self.0.abort().await
    }
}

fn no_room() -> object_store::Error {
    let source = io::Error::from(io::ErrorKind::StorageFull).into();
    object_store::Error::Generic { store: "full", source }
}
